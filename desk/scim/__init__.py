"""SCIM 2.0 (RFC 7643, RFC 7644): the sign-on system says who works here, and who left.

Served are people that a sign-on system named, by their user name, and groups. Of a user it is kept what desk.store.people.Details
holds; whatever else is sent is left out, so that nothing is stored that nobody needs.
"""
