"""The published language: what the services tell each other and how they refuse. Data only.

One file a publisher (`registry`, `claims`, `review`, `inspection`, `aggregation`, `exchange`) holds its events.
`errors` holds every named refusal, `policy` the settings of a community, `calendar` days and periods,
`ids` identifiers.
Changes are additive: readers ignore fields they do not know.
"""
