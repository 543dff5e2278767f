package dev.postern.mailgun.simulator;

/** Is told of every password that is set on an SMTP login, so that a test can set it elsewhere. */
@FunctionalInterface
public interface PasswordListener {

  /** Called before the caller has its answer. Must not call the simulator. */
  void passwordSet(String address, String password);
}
