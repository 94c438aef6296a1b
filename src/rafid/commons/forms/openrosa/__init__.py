"""OpenRosa, which unmodified ODK Collect and KoboCollect speak: lists, forms, files and entity lists go out, submissions in.

Source: the OpenRosa 1.0 protocols (docs.getodk.org/openrosa). Where Collect is stricter than they are, the comment says so.
"""
