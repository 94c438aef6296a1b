"""The Common Alerting Protocol 1.2 (OASIS CAP-v1.2-os, 2010): alerts built, checked and read. No Django, no clock."""

from rafid.methods.cap.building import build_alert
from rafid.methods.cap.checking import Problem, check_alert
from rafid.methods.cap.parts import CapAlert, CapArea, CapInfo
from rafid.methods.cap.reading import read_alert

__all__ = ["CapAlert", "CapArea", "CapInfo", "Problem", "build_alert", "check_alert", "read_alert"]
