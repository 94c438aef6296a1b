"""OData 4.0 over released datasets and figures of indicators, for Excel, Power BI and R: one service root, ``/odata/v4/``.

A form's feed stands below it with a root of its own (``/odata/v4/{form}/``, see ``commons/forms/odata``), whose
errors and order are used here, too. See docs/decisions/0032-odata-for-datasets.md.
"""
