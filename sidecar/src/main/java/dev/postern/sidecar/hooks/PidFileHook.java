package dev.postern.sidecar.hooks;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.linux.ProcessSignals;
import dev.postern.sidecar.config.HookConfig.SignalName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.regex.Pattern;

/**
 * A signal to the process whose number is in a file. Whoever writes the file chooses the process,
 * so it must not be writable by everyone, and a user's file reaches that user's processes only.
 */
record PidFileHook(SignalName signal, Path file) implements Hook {
  private static final int LONGEST = 32;
  private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");

  @Override
  public void run(SecretName secret, Version version) throws HookFailure {
    int pid = pid();
    try {
      Object owner = Files.getAttribute(file, "unix:uid");
      if (!owner.equals(0) && !owner.equals(Files.getAttribute(process(pid), "unix:uid"))) {
        throw new HookFailure(
            file + " names a process of another user than its own: have that user write it");
      }
      ProcessSignals.send(pid, signal.number());
    } catch (NoSuchFileException e) {
      throw new HookFailure("the process named in " + file + " does not run");
    } catch (IOException e) {
      throw new HookFailure(
          "the process named in " + file + " cannot be signalled: " + e.getMessage());
    }
  }

  private int pid() throws HookFailure {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
      if (!attributes.isRegularFile()
          || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new HookFailure(file + " can be written by everyone: chmod o-w it");
      }
      text = new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      throw new HookFailure("there is no " + file + ": start the program, or correct 'pid-file'");
    } catch (IOException e) {
      throw new HookFailure(file + " cannot be read: check its permissions");
    }
    if (!PID.matcher(text).matches() || text.equals("1")) {
      throw new HookFailure(file + " holds no number of a process");
    }
    return Integer.parseInt(text);
  }

  private static Path process(int pid) {
    return Path.of("/proc", Integer.toString(pid));
  }

  @Override
  public String describe() {
    return "signal " + signal + " to the process in " + file;
  }
}
