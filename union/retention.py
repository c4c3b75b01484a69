"""How long what is held about workers is kept. The reasons are in docs/privacy.md."""

from datetime import timedelta

# Six months: the security law wants the log of a system that long; then the words go, and the rows stay for figures.
CHAT = timedelta(days=183)
# Photos of forms that came to nothing; a form itself is forgotten after a week without an answer.
UNFINISHED = timedelta(days=30)
# Questions that were missed, until somebody has written the answer.
EVIDENCE = timedelta(days=183)
# After they pass away, to be able to say what happened to one.
LINKS = timedelta(days=30)
# Applications that came to nothing, for questions about the decision.
APPLICATIONS = timedelta(days=365)
# Sign-ups for courses, after the last change, for certificates and questions.
TRAININGS = timedelta(days=2 * 365)
# Sign-ups for events after the last change, and packs after they were taken, for questions and accounts.
EVENTS = timedelta(days=365)
# Three years, as the statute of limitations: who agreed to what, and who of the staff looked at what.
CONSENTS = timedelta(days=3 * 365)
ACCESSES = timedelta(days=3 * 365)
