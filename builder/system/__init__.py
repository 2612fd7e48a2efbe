"""What the machine gives: the clock that commands go by, interrupts, work in several processes.

May import: `problems`.
"""
