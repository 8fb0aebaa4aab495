"""Public pages (R14, R38) and the staff desk (R39), as HTML.

The pages talk to the platform by its HTTP API and nothing else. By default they are served beside it, at the same
address (`web.serving`); they may run by themselves as well (`web.app`).

| module | holds |
| --- | --- |
| `app`, `settings` | the application and its configuration |
| `api` | the client of the platform's API |
| `pages` | the views, one module for each kind of reader |
| `words` | Chinese titles of what the API names in English |
| `desk`, `pages.desk` | what the desk's pages are made of, and the pages, one module for each subject |
| `sessions`, `languages` | the desk's encrypted session; its texts in Chinese and English |
| `serving` | gateway and pages in one process |
"""
