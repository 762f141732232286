"""The plan of an office's week, as it is kept, changed and published.

``keep`` holds it (versions, the sealed instance), ``make`` has it searched, ``edit`` moves one visit,
``told`` knows what families were promised, ``publish`` writes it into the journals of the cases,
``route`` the place of each visit in its team's day, ``runs`` lets a search go on behind a page.
"""
