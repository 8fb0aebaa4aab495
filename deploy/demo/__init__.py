"""The demo: the community of the article, invented people in it, and the story of one month, all over HTTP.

`python -m deploy.demo --gateway URL` loads the community, lives a month of ordinary life and plays the story.
"""
