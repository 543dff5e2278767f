package dev.postern.rotation;

import static dev.postern.rotation.ModelMutant.desc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.serving.SecretServing;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model is worth what it catches: an engine with one mistake in it must break a promise. */
final class ModelCatchesMutantsTest {
  private static final String LEAK = ModelWalks.SCENARIOS.getFirst().name();
  private static final String SCHEDULED = ModelWalks.SCENARIOS.get(1).name();
  private static final String REVOKE_FIRST = ModelWalks.SCENARIOS.get(2).name();
  private static final ClassDesc OPTIONAL = desc(Optional.class);

  /** Needs so many disturbances on one path, which come in the middle of a step too or do not. */
  record Case(
      String name,
      String invariant,
      String scenario,
      int total,
      boolean interleaved,
      ModelMutant mutant) {
    Case(String name, String invariant, String scenario, int total, ModelMutant mutant) {
      this(name, invariant, scenario, total, false, mutant);
    }

    @Override
    public String toString() {
      return name + " breaks " + invariant;
    }
  }

  static Stream<Case> mutants() {
    return Stream.of(
        new Case("the old one is revoked before promotion", "I1", LEAK, 0, revokeFirst()),
        new Case(
            "no positive control beside the refusals",
            "I6",
            LEAK,
            1,
            ModelMutant.without(
                RevocationSteps.class,
                "prove",
                Outside.class,
                "probeSuccessor",
                ModelCatchesMutantsTest::accepted)),
        new Case(
            "one refusal is proof enough",
            "I6",
            LEAK,
            0,
            ModelMutant.number(RevocationSteps.class, "prove", 3, 1)),
        new Case(
            "the tainted version goes on being served",
            "I4",
            LEAK,
            0,
            ModelMutant.without(SuccessorSteps.class, "promoted", SecretServing.class, "publish")),
        new Case(
            "no record before issuing",
            "I2",
            LEAK,
            1,
            ModelMutant.without(SuccessorSteps.class, "issue", Chronicle.class, "begun")),
        new Case(
            "issuing is repeated blindly",
            "I2",
            LEAK,
            1,
            ModelMutant.body(
                SuccessorSteps.class, "removeUnclaimed", builder -> builder.return_())),
        new Case(
            "everything that is alive counts as made by us",
            "I2",
            REVOKE_FIRST,
            1,
            ModelMutant.body(
                Run.class, "madeByThisRotation", builder -> builder.aload(1).areturn())),
        new Case(
            "nothing is staged",
            "I5",
            LEAK,
            0,
            ModelMutant.without(SuccessorSteps.class, "stage", Outside.class, "stage")),
        new Case(
            "the consumers are not waited for",
            ModelTruth.ACKS,
            LEAK,
            0,
            ModelMutant.body(PropagateStep.class, "uses", builder -> builder.iconst_1().ireturn())),
        new Case(
            "the consumers of before a crash are forgotten",
            ModelTruth.ACKS,
            LEAK,
            1,
            ModelMutant.body(Resumption.class, "restoreHolders", builder -> builder.return_())),
        new Case(
            "the deadline is ignored",
            "I3",
            LEAK,
            0,
            ModelMutant.without(
                PropagateStep.class, "waitsUntil", RotationPlan.class, "compromised")),
        new Case(
            "a second request starts a twin",
            "I7",
            LEAK,
            1,
            ModelMutant.body(
                Rotations.class,
                "joinRunning",
                builder ->
                    builder
                        .invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))
                        .areturn())),
        new Case(
            "a cancel is granted after promotion",
            ModelTruth.CANCEL,
            LEAK,
            1,
            ModelMutant.body(
                RotationState.class, "canGoBack", builder -> builder.iconst_1().ireturn())),
        new Case(
            "a cancel is granted while the promotion is under way",
            ModelTruth.CANCEL,
            LEAK,
            1,
            true,
            ModelMutant.body(
                RotationState.Tested.class, "canGoBack", builder -> builder.iconst_1().ireturn())),
        new Case(
            "a cancel is granted and the next step does not heed it",
            ModelTruth.CANCEL,
            REVOKE_FIRST,
            1,
            true,
            ModelMutant.without(
                Chronicle.class,
                "begun",
                Chronicle.class,
                "cancelledBy",
                ModelCatchesMutantsTest::nobody)),
        new Case(
            "a rotation that goes back leaves its credential alive",
            "I2",
            LEAK,
            1,
            ModelMutant.without(RollBackStep.class, "rollBack", java.util.Set.class, "forEach")),
        new Case(
            "a rotation that goes back leaves its pending version",
            "I5",
            LEAK,
            1,
            ModelMutant.without(RollBackStep.class, "rollBack", Outside.class, "dropPending")),
        new Case(
            "a promotion without an answer is taken for none",
            "I1",
            LEAK,
            1,
            ModelMutant.body(
                SuccessorSteps.class,
                "promotedBefore",
                builder ->
                    builder
                        .invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))
                        .areturn())),
        new Case(
            "the old one is said to be revoked, and is not",
            "I5",
            SCHEDULED,
            0,
            ModelMutant.without(
                RevocationSteps.class,
                "revoke",
                Outside.class,
                "revokePredecessor",
                ModelCatchesMutantsTest::revoked)),
        new Case(
            "a mark in the store is not heeded",
            "I3",
            SCHEDULED,
            1,
            ModelMutant.body(Rotations.class, "flagged", builder -> builder.return_())));
  }

  private static ModelMutant revokeFirst() {
    ClassDesc run = desc(Run.class);
    ClassDesc facts = desc(Facts.class);
    ClassDesc state = desc(RotationState.class);
    ClassDesc chronicle = desc(Chronicle.class);
    return ModelMutant.first(
        SuccessorSteps.class,
        "promote",
        builder ->
            builder
                .aload(0)
                .getfield(desc(SuccessorSteps.class), "run", run)
                .getfield(run, "outside", desc(Outside.class))
                .aload(0)
                .getfield(desc(SuccessorSteps.class), "run", run)
                .getfield(run, "chronicle", chronicle)
                .invokevirtual(chronicle, "state", MethodTypeDesc.of(state))
                .invokeinterface(state, "facts", MethodTypeDesc.of(facts))
                .invokevirtual(facts, "oldCredential", MethodTypeDesc.of(OPTIONAL))
                .invokevirtual(OPTIONAL, "get", MethodTypeDesc.of(ConstantDescs.CD_Object))
                .checkcast(ConstantDescs.CD_String)
                .invokevirtual(
                    desc(Outside.class),
                    "revokePredecessor",
                    MethodTypeDesc.of(desc(Revocation.class), ConstantDescs.CD_String))
                .pop());
  }

  private static void accepted(CodeBuilder builder, TypeKind kind) {
    ClassDesc accepted = desc(ProbeResult.Accepted.class);
    builder
        .new_(accepted)
        .dup()
        .invokespecial(accepted, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
  }

  private static void nobody(CodeBuilder builder, TypeKind kind) {
    builder.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL));
  }

  private static void revoked(CodeBuilder builder, TypeKind kind) {
    ClassDesc revocation = desc(Revocation.class);
    builder.getstatic(revocation, "REVOKED", revocation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void anEngineWithOneMistakeBreaksThePromise(Case mutant) throws Exception {
    MutatedEngine engine = new MutatedEngine(mutant.mutant());
    assertThat(engine.brokenBy(mutant.scenario(), mutant.total(), mutant.interleaved()))
        .isEqualTo(mutant.invariant());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void theEngineAsItIsBreaksNone(String scenario) {
    assertThat(ModelWalks.firstBroken(scenario, 1, false)).isEmpty();
  }

  static List<String> scenarios() {
    return List.of(SCHEDULED, ModelWalks.SCENARIOS.get(11).name());
  }
}
