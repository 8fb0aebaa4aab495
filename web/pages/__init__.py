"""Every blueprint of the pages."""

from flask import Blueprint

from web.pages.public import public

PAGES: tuple[Blueprint, ...] = (public,)
