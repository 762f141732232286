"""A week's plan when life comes in between.

``offers`` says which half-days can be promised to a caller, ``changes`` what has happened since the plan was
made, ``propose`` plans anew with the fewest people told something else, ``trial`` asks what another team
would bring, ``afterwards`` lays what was done beside what was planned.
"""
