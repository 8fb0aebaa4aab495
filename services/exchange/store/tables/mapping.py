"""The metadata of the store, and the registry of mapped domain classes."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

import directory
import messaging.tables

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)

mappers = registry(metadata=metadata)
