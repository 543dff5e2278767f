package dev.postern.mailgun.simulator;

import java.util.List;
import java.util.Optional;
import org.subethamail.smtp.AuthenticationHandler;
import org.subethamail.smtp.AuthenticationHandlerFactory;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;

/** PLAIN and LOGIN by the library, with a check that can also answer something else than 535. */
final class SmtpAuthentication implements AuthenticationHandlerFactory {

  /** Decides about one pair. */
  @FunctionalInterface
  interface Check {
    void check(String login, String password, MessageContext session)
        throws LoginFailedException, Reply;
  }

  /** A reply other than that the pair is wrong; unchecked, since it passes through the library. */
  static final class Reply extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String text;

    Reply(int code, String text) {
      super("smtp reply " + code, null, false, false);
      this.code = code;
      this.text = text;
    }
  }

  private final AuthenticationHandlerFactory library;

  SmtpAuthentication(Check check) {
    library = new EasyAuthenticationHandlerFactory(check::check);
  }

  @Override
  public List<String> getAuthenticationMechanisms() {
    return library.getAuthenticationMechanisms();
  }

  @Override
  public AuthenticationHandler create() {
    AuthenticationHandler handler = library.create();
    return new AuthenticationHandler() {
      @Override
      public Optional<String> auth(String line, MessageContext session) throws RejectException {
        try {
          return handler.auth(line, session);
        } catch (Reply reply) {
          throw new RejectException(reply.code, reply.text);
        }
      }

      @Override
      public Object getIdentity() {
        return handler.getIdentity();
      }
    };
  }
}
