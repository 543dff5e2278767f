package dev.postern.mailgun;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where Mailgun keeps a domain. API keys are global, but domains, messages and SMTP logins answer
 * in their own region only.
 */
public enum MailgunRegion {
  US("us", "https://api.mailgun.net", "smtp.mailgun.org"),
  EU("eu", "https://api.eu.mailgun.net", "smtp.eu.mailgun.org");

  private final String wireName;
  private final URI baseUri;
  private final String smtpHost;

  MailgunRegion(String wireName, String baseUri, String smtpHost) {
    this.wireName = wireName;
    this.baseUri = URI.create(baseUri);
    this.smtpHost = smtpHost;
  }

  public static Optional<MailgunRegion> ofWireName(String name) {
    return Arrays.stream(values()).filter(region -> region.wireName.equals(name)).findFirst();
  }

  public String wireName() {
    return wireName;
  }

  public URI baseUri() {
    return baseUri;
  }

  public String smtpHost() {
    return smtpHost;
  }
}
