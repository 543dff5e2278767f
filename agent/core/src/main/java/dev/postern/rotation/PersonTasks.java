package dev.postern.rotation;

import dev.postern.issuer.AccountActivity.Links;
import dev.postern.issuer.AccountUser;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.rotation.Aftermath.NewEntry;
import dev.postern.rotation.Aftermath.Task;
import dev.postern.rotation.Aftermath.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The steps after a leak that no interface of the provider offers. */
final class PersonTasks {
  static final String DONE = "done";
  static final String OPEN = "open";
  private static final int LONGEST_ID = 80;

  private final Instant flaggedAt;
  private final Optional<Links> links;
  private final Map<String, RotationEvent> marks = new HashMap<>();
  private final Set<String> ids = new HashSet<>();
  private final List<Task> tasks = new ArrayList<>();

  /**
   * @param marks what persons said of tasks, in the order in which they said it
   */
  PersonTasks(Instant flaggedAt, Optional<Links> links, List<RotationEvent> marks) {
    this.flaggedAt = flaggedAt;
    this.links = links;
    marks.forEach(mark -> mark.detail(Detail.TASK).ifPresent(task -> this.marks.put(task, mark)));
  }

  List<Task> of(Optional<List<AccountUser>> users, List<NewEntry> entries) {
    users.ifPresentOrElse(all -> all.forEach(this::user), this::unknownUsers);
    add(
        "ticket",
        "open a ticket with the provider's support: say which key leaked, and when",
        links.map(Links::support),
        TaskState.MANUAL);
    entries.stream().filter(entry -> !entry.ours()).forEach(this::review);
    return List.copyOf(tasks);
  }

  private void user(AccountUser user) {
    TaskState password =
        user.passwordChangedAt()
            .map(at -> at.isAfter(flaggedAt) ? TaskState.DONE : TaskState.OPEN)
            .orElse(TaskState.UNKNOWN);
    add(
        "password-" + user.name(),
        "change the password of " + user.name() + " (" + user.role() + ")",
        links.map(Links::passwords),
        password);
    add(
        "second-factor-" + user.name(),
        "set up a second factor for " + user.name(),
        links.map(Links::secondFactor),
        user.secondFactor() ? TaskState.DONE : TaskState.OPEN);
  }

  private void unknownUsers() {
    add(
        "passwords",
        "change the password of every user of the account",
        links.map(Links::passwords),
        TaskState.MANUAL);
    add(
        "second-factors",
        "see that every user of the account has a second factor",
        links.map(Links::secondFactor),
        TaskState.MANUAL);
  }

  private void review(NewEntry entry) {
    String what =
        switch (entry.type()) {
          case KEY -> "key";
          case SMTP_LOGIN -> "smtp-login";
          case ALLOW_LIST_ENTRY -> "allow-list-entry";
        };
    add(
        "review-" + what + "-" + entry.id(),
        "find out who made the "
            + what.replace('-', ' ')
            + " "
            + entry.id()
            + ", made since the flag; delete it if nobody of yours did",
        Optional.empty(),
        entry.listed() ? TaskState.OPEN : TaskState.DONE);
  }

  private void add(String name, String text, Optional<String> link, TaskState found) {
    String id = unique(slug(name));
    Optional<RotationEvent> mark = Optional.ofNullable(marks.get(id));
    boolean done =
        mark.flatMap(event -> event.detail(Detail.TASK_STATE)).filter(DONE::equals).isPresent();
    tasks.add(
        new Task(
            id,
            text,
            link.orElse(""),
            done ? TaskState.DONE : found,
            mark.filter(_ -> done).flatMap(event -> event.detail(Detail.REQUESTED_BY)),
            mark.filter(_ -> done).map(RotationEvent::at)));
  }

  /** Fit for a path and a command line without quotes. */
  private static String slug(String name) {
    String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@._-]+", "-");
    return slug.length() > LONGEST_ID ? slug.substring(0, LONGEST_ID) : slug;
  }

  private String unique(String slug) {
    String id = slug;
    for (int next = 2; !ids.add(id); next++) {
      id = slug + "-" + next;
    }
    return id;
  }
}
