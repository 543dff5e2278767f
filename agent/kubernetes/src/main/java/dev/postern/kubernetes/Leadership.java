package dev.postern.kubernetes;

/** Who rotates a secret, as far as an agent can see that does not stand for election itself. */
public sealed interface Leadership {

  /** The API could not be asked. */
  record Unknown(String why) implements Leadership {}

  /** Nobody, and nobody ever did. */
  record Never() implements Leadership {}

  /** Nobody now: whoever did has ended. */
  record Nobody() implements Leadership {}

  /** This Pod. When its Lease was seen for the first time, that is not known to be renewed. */
  record Led(String pod) implements Leadership {}

  /** This Pod did, and does not renew its Lease any more. */
  record Silent(String pod) implements Leadership {}
}
