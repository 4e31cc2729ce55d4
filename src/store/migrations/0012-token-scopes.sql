-- The scope for changing projects is called project:admin, as its role is.
update apikey set permissions = replace(permissions, '"project:write"', '"project:admin"')
where permissions like '%"project:write"%';
