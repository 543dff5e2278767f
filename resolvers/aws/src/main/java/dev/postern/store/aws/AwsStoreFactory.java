package dev.postern.store.aws;

import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;

/** Opens AWS Secrets Manager as a store. */
public final class AwsStoreFactory {
  private AwsStoreFactory() {}

  /**
   * Calls nobody: a service that cannot be reached shows at the first operation.
   *
   * @throws StoreException.Denied when no region is configured anywhere
   */
  public static SecretStore open(AwsConfig config) {
    AwsClients clients = AwsClients.open(config);
    return new AwsStore(config.name(), new Operations(config, clients));
  }
}
