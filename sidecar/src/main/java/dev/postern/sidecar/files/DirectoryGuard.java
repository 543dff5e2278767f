package dev.postern.sidecar.files;

import dev.postern.sidecar.config.FileConfig.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether nobody but root and the agent's user can exchange a directory or what is in it: the rule
 * of sshd's StrictModes, for the directory and for all above it, on the way as it is written and as
 * the links in it lead. Above the directory, a sticky one that all may write to is as good, since
 * only its owner can rename what is in it.
 *
 * <p>A volume of a pod may be written to by others as far as its mode says, if the config has it
 * that none does; for all above it, and for whom it belongs to, the rule is the same.
 *
 * @param ownUid the user that this process runs as
 */
record DirectoryGuard(int ownUid, Folder folder) {
  private static final int GROUP_OR_OTHERS_WRITE = 022;
  private static final int STICKY = 01000;

  /**
   * @throws FileProblem when somebody else can
   */
  void check(Path directory) throws FileProblem {
    try {
      Path real = directory.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new FileProblem(directory + " is not a directory");
      }
      for (Path part : parts(directory, real)) {
        check(part, part.equals(real));
      }
    } catch (NoSuchFileException e) {
      throw new FileProblem("there is no directory " + directory + ": make it, with mode 0755");
    } catch (IOException e) {
      throw FileProblem.of("the directory " + directory + " cannot be looked at", e);
    }
  }

  /**
   * In a volume of a pod, that what is taken for our own was made by us: where others cannot write,
   * it was.
   *
   * @throws FileProblem when it belongs to somebody else
   */
  void checkOwn(Path version) throws IOException, FileProblem {
    if (folder == Folder.POD_VOLUME && ownerOf(version) != ownUid) {
      throw new FileProblem(
          version
              + " was made by another user, who must not write there: mount the volume readOnly in"
              + " every other container, and remove it");
    }
  }

  private static List<Path> parts(Path written, Path real) {
    List<Path> parts = new ArrayList<>();
    for (Path path : List.of(written, real)) {
      for (Path part = path; part != null; part = part.getParent()) {
        parts.add(part);
      }
    }
    return parts;
  }

  private void check(Path part, boolean target) throws IOException, FileProblem {
    if (Files.isSymbolicLink(part)) {
      // Its own mode says nothing; whoever could exchange it could write to where it is.
      return;
    }
    int mode = (int) Files.getAttribute(part, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    int owner = ownerOf(part);
    if (owner != 0 && owner != ownUid) {
      throw new FileProblem(
          part + " belongs to another user, who could exchange the files: chown it to root");
    }
    boolean writable = (mode & GROUP_OR_OTHERS_WRITE) != 0;
    boolean sticky = !target && (mode & STICKY) != 0;
    boolean accepted = target && folder == Folder.POD_VOLUME;
    if (writable && !sticky && !accepted) {
      throw new FileProblem(
          part
              + " can be written by others, who could exchange the files: chmod go-w it"
              + (target
                  ? ", or say folder: pod-volume of an emptyDir that every other container mounts"
                      + " readOnly"
                  : ""));
    }
  }

  private static int ownerOf(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
