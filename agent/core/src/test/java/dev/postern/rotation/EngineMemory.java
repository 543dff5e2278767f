package dev.postern.rotation;

import java.lang.reflect.Field;

/** What a rotation knows beyond its journal. Two worlds that differ in it are not the same. */
record EngineMemory(Run run, boolean prepared, int proofs, boolean flagStands) {
  private static final Field RUN = field(RotationRunner.class, "run");
  private static final Field CYCLE = field(RotationRunner.class, "cycle");
  private static final Field SUCCESSOR = field(Cycle.class, "successor");
  private static final Field REVOCATION = field(Cycle.class, "revocation");
  private static final Field FLAG = field(Cycle.class, "flag");
  private static final Field PREPARED = field(SuccessorSteps.class, "prepared");
  private static final Field PROOFS = field(RevocationSteps.class, "proofs");

  private static final Field STANDS = field(LeakFlag.class, "stands");

  static EngineMemory of(RotationRunner runner) {
    try {
      Object cycle = CYCLE.get(runner);
      return new EngineMemory(
          (Run) RUN.get(runner),
          PREPARED.getBoolean(SUCCESSOR.get(cycle)),
          PROOFS.getInt(REVOCATION.get(cycle)),
          STANDS.getBoolean(FLAG.get(cycle)));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("the engine has changed: tell the model", e);
    }
  }
}
