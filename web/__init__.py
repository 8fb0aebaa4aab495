"""Public pages, as HTML: a community's notice board, its published lists, boards and rankings, the hall's screen (R14).

The pages talk to the platform by its HTTP API and nothing else. By default they are served beside it, at the same
address (`web.serving`); they may run by themselves as well (`web.app`).

| module | holds |
| --- | --- |
| `app`, `settings` | the application and its configuration |
| `api` | the client of the platform's API |
| `pages` | the views, one module for each kind of reader |
| `words` | Chinese titles of what the API names in English |
| `serving` | gateway and pages in one process |
"""
