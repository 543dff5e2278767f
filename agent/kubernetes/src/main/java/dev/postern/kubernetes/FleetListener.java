package dev.postern.kubernetes;

/** Whom the fleet tells. Methods return soon; they may be called by several threads. */
public interface FleetListener {

  /** A secret's journal says something else. */
  default void news(SecretNews news) {}

  /** An agent came, went, or says something else. */
  default void membersChanged() {}

  /** Somebody asks for a rotation. Told again after each change until it is settled. */
  default void requested(FleetRequest request) {}

  /** It was taken back where it was asked for: who has not begun with it lets it be. */
  default void withdrawn(FleetRequest request) {}
}
