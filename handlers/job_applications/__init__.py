"""Applying for a job with consent, the employer's answer, and what is asked after the first day of work."""

from handlers.job_applications import applying, following, meeting
from handlers.job_applications.words import capability

__all__ = ["applying", "capability", "following", "meeting"]
