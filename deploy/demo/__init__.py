"""The demo: a community with invented people and the story of one month, over HTTP only.

`python -m deploy.demo --gateway URL` creates the community, declares a month of claims and runs the steps of the story.
"""
