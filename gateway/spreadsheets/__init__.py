"""Spreadsheets: lists as xlsx, rulebook workbooks and uploaded rosters."""
