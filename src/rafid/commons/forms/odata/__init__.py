"""OData 4.0 over a form's submissions, for Power BI, Excel and R: a subset, in ODK Central's names.

``/odata/v4/{form}`` (also ``/api/v1/odata/{form}``): the service document, ``$metadata``, and an entity set of the main table
and of each repeat.
"""
