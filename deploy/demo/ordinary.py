"""The former names of `deploy.demo.ordinary_month`."""

from deploy.demo.ordinary_month import upload_evidence as evidence

__all__ = ["evidence"]
