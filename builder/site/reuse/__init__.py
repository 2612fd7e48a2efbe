"""What a build takes over from the last one. Start reading in `last_build`.

May import: what `site` may. `page_facts` is what the check of the site keeps of each page.
"""
