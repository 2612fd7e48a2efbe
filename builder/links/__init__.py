"""Whether the addresses of sources still work: asks each of them, and looks for archived copies.

May import: `problems` up to `editing`. Only this room asks other servers, and only for the command `links`.
Start with `checking.check_links`. `asking` asks one address, `turns` keeps requests to a host apart, `connections`
refuses private addresses. `wording` formats the result, and `writing` puts it into the summaries.
"""
