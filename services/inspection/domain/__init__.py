"""The monthly sanitation inspection: who looks at what, marks, places with ties, what is put right (R18, R19)."""

from services.inspection.domain.checklists import Checklist, Criterion
from services.inspection.domain.history import Visit, history
from services.inspection.domain.inspectors import Inspector
from services.inspection.domain.ranking import rank
from services.inspection.domain.rectifications import Rectification
from services.inspection.domain.rounds import Headship, Inspection
from services.inspection.domain.scores import Reinspection, Score
from services.inspection.domain.shares import Place, Share

__all__ = [
    "Checklist",
    "Criterion",
    "Headship",
    "Inspection",
    "Inspector",
    "Place",
    "Rectification",
    "Reinspection",
    "Score",
    "Share",
    "Visit",
    "history",
    "rank",
]
