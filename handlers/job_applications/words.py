"""What the whole of it is called."""

from dialogue import Capability

capability = Capability("job_applications", title="岗位报名")

TOPIC = "job-apply"
