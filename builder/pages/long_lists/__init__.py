"""Lists that may be too long for one page. `lists.py` names them all; `parts.py` divides one; `sizes.py` estimates."""
