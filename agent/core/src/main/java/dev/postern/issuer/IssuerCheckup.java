package dev.postern.issuer;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import java.util.List;

/**
 * What a {@link CredentialIssuer} can tell of its own set-up. Optional. The checks make, change and
 * delete nothing at the provider, send nothing, and cost nothing.
 */
public interface IssuerCheckup {

  /** The provider's interface, which every call goes to. */
  Endpoint api();

  /** Further servers that credentials of these scopes need. */
  List<Endpoint> others(List<CredentialScope> scopes);

  /** In the order in which they are best read. Calls nobody until they are run. */
  List<Check> checks(List<CredentialScope> scopes);
}
