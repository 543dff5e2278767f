# For agents that serve mail secrets and never rotate them. KV version 2 at secret/, secrets below mail/.
# With token_no_default_policy on the auth role: the templated default policy triples the server's cost per read.

path "secret/data/mail/*" {
  capabilities = ["read"]
}

# What a refresh asks first: the version and the compromise flag, without the value.
path "secret/metadata/mail/*" {
  capabilities = ["read"]
}

# Successors that wait to be promoted are the rotator's business.
path "secret/data/mail/+/pending" {
  capabilities = ["deny"]
}

# Nor is the key that makes keys for anybody else.
path "secret/data/mail/mailgun-admin" {
  capabilities = ["deny"]
}

# The agent's own token: looked up by checks, renewed before it expires.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# "postern doctor" asks here what the token may do, so that it need not try. Vault's default policy
# has this too.
path "sys/capabilities-self" {
  capabilities = ["update"]
}
