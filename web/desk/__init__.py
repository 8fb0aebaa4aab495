"""What every page of the staff desk is made of (R39).

| module | holds |
| --- | --- |
| `access` | who is signed in, which roles a page is for |
| `platform` | calls of the API on their behalf |
| `forms` | forms that keep what was typed |
| `menu` | entries of the side menu, declared beside the pages |
| `display` | texts of figures, days, states |
"""
