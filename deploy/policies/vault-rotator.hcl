# For the one agent that rotates. KV version 2 at secret/, secrets one level below mail/.
# It cannot make a secret that is not there yet, and can delete none.

path "secret/data/mail/*" {
  capabilities = ["read", "update"]
}

# A successor waits beside its secret until it is promoted; then it is destroyed.
path "secret/data/mail/+/pending" {
  capabilities = ["create", "read", "update"]
}
path "secret/destroy/mail/+/pending" {
  capabilities = ["update"]
}

# The compromise flag. Before Vault 1.9, or to save the right to patch, "update" does instead of
# "patch"; then two who change custom metadata at the same moment can undo each other's change.
path "secret/metadata/mail/*" {
  capabilities = ["read", "patch"]
}

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
