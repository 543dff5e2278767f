package dev.postern.store.aws;

/**
 * @param sessionToken empty for a long-term key
 */
record FakePrincipal(String accessKeyId, String sessionToken, IamPolicy policy) {}
