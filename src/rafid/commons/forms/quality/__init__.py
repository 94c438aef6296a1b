"""Quality of field work: interviewers, back-checks, visits against plan."""
