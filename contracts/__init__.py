"""Definitions shared by services and gateway: events, calls, errors, settings. Data only.

Each publisher (`registry`, `claims`, `review`, `inspection`, `aggregation`, `exchange`,
`engagement`, `publicity`) has a module of its events. `calls` declares the services' commands and queries,
`errors` all errors, `policy` the settings of a community,
`calendar` days and periods, `cards` the code of household cards, `ids` identifiers.
Changes are additive: consumers ignore fields they do not know.
"""
