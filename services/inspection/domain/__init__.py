"""The rules of the monthly sanitation inspection: shares, scores, ranks with ties, rectification (R18, R19)."""

from services.inspection.domain.checklists import Checklist, Criterion
from services.inspection.domain.history import Visit, history
from services.inspection.domain.ranking import rank
from services.inspection.domain.rectifications import Rectification
from services.inspection.domain.rounds import Headship, Inspection
from services.inspection.domain.scores import Reinspection, Score
from services.inspection.domain.shares import Place, Share, covered_by

__all__ = [
    "Checklist",
    "Criterion",
    "Headship",
    "Inspection",
    "Place",
    "Rectification",
    "Reinspection",
    "Score",
    "Share",
    "Visit",
    "covered_by",
    "history",
    "rank",
]
