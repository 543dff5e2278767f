package dev.postern.kubernetes;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.util.List;
import java.util.Optional;

/** What a rotator with a fault does at the provider, or believes that the provider has said. */
record MutatedIssuer(CredentialIssuer real, Simulation run) implements CredentialIssuer {

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    if (run.mutant == Mutant.ISSUES_TWICE) {
      real.issue(scope, tag, old).close();
    }
    return real.issue(scope, tag, old);
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    real.activate(scope, fields);
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return real.idOf(scope, fields);
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return real.live(scope);
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    return switch (run.mutant) {
      case REVOKES_THE_CURRENT_ONE -> real.revoke(scope, run.world.keyOf(run.world.current()));
      case REVOKES_ANOTHER_PROGRAMS -> {
        var _ = real.revoke(scope, id);
        yield real.revoke(scope, SimulatedWorld.ANOTHERS);
      }
      case LEAVES_WHAT_IT_GAVE_UP, LEAVES_WHAT_IT_LOST ->
          run.world.wasPromoted(id) || !run.wasWrittenDown(id)
              ? real.revoke(scope, id)
              : Revocation.REVOKED;
      case SAYS_REVOKED_AND_DOES_NOT, SAYS_REVOKED_AND_REFUSED ->
          run.world.wasPromoted(id) ? Revocation.REVOKED : real.revoke(scope, id);
      default -> real.revoke(scope, id);
    };
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    String id = real.idOf(scope, fields).orElseThrow();
    boolean current = id.equals(run.world.keyOf(run.world.current()));
    boolean old = run.world.wasPromoted(id) && !current;
    return switch (run.mutant) {
      case REVOKES_WHAT_IT_HAS_TESTED -> {
        ProbeResult result = real.probe(scope, fields);
        if (!run.world.wasPromoted(id)) {
          var _ = real.revoke(scope, id);
        }
        yield result;
      }
      case PROBES_WITHOUT_ANSWER ->
          old ? new ProbeResult.Unknown("none came") : real.probe(scope, fields);
      case SAYS_REVOKED_AND_REFUSED, MAKES_UP_REFUSALS ->
          old ? new ProbeResult.Refused() : real.probe(scope, fields);
      case MAKES_UP_CONTROLS -> current ? new ProbeResult.Accepted() : real.probe(scope, fields);
      case CONTROLS_AHEAD_OF_TIME -> {
        if (current && run.random.nextBoolean()) {
          yield new ProbeResult.Accepted();
        }
        var _ = real.probe(scope, fields);
        yield real.probe(scope, fields);
      }
      default -> real.probe(scope, fields);
    };
  }

  @Override
  public void renewAuthority() {
    real.renewAuthority();
  }

  @Override
  public AccountActivity activity() {
    return real.activity();
  }

  @Override
  public void check() {
    real.check();
  }

  @Override
  public void close() {
    real.close();
  }
}
