package dev.postern.rotation;

import dev.postern.issuer.AccountActivity.Links;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialUse;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a provider tells of an account, as a journal's details: one thing a line, its parts between
 * tabs, and no more of it than a record can hold.
 */
final class ActivityText {
  /** More sources than these are told of together. */
  static final int MOST_SOURCES = 100;

  /** What others wrote is cut at this length. */
  private static final int LONGEST_TEXT = 300;

  static final int MOST_ENTRIES = 200;
  static final int MOST_USERS = 200;

  /** The source of all uses from addresses that are not told one by one. */
  static final String OTHERS = "other addresses";

  private ActivityText() {}

  static String uses(List<CredentialUse> uses) {
    List<CredentialUse> told =
        uses.stream().sorted(Comparator.comparingLong(CredentialUse::count).reversed()).toList();
    if (told.size() > MOST_SOURCES) {
      List<CredentialUse> rest = told.subList(MOST_SOURCES, told.size());
      told = new ArrayList<>(told.subList(0, MOST_SOURCES));
      told.add(
          new CredentialUse(
              OTHERS,
              rest.stream().mapToLong(CredentialUse::count).sum(),
              rest.stream().map(CredentialUse::first).min(Comparator.naturalOrder()).orElseThrow(),
              rest.stream().map(CredentialUse::last).max(Comparator.naturalOrder()).orElseThrow()));
    }
    return write(
        told, use -> line(use.source(), Long.toString(use.count()), use.first(), use.last()));
  }

  static List<Aftermath.Use> readUses(String text, boolean afterRevocation) {
    return read(
        text,
        parts ->
            new Aftermath.Use(
                parts[0],
                Long.parseLong(parts[1]),
                Instant.parse(parts[2]),
                Instant.parse(parts[3]),
                afterRevocation));
  }

  static String newEntries(List<Aftermath.NewEntry> entries) {
    return write(
        entries,
        entry ->
            line(
                entry.type(),
                entry.id(),
                entry.description(),
                time(entry.createdAt()),
                entry.ours(),
                entry.listed()));
  }

  static List<Aftermath.NewEntry> readNewEntries(String text) {
    return read(
        text,
        parts ->
            new Aftermath.NewEntry(
                AccountEntry.Type.valueOf(parts[0]),
                parts[1],
                parts[2],
                time(parts[3]),
                Boolean.parseBoolean(parts[4]),
                Boolean.parseBoolean(parts[5])));
  }

  static String users(List<AccountUser> users) {
    return write(
        users.stream().sorted(Comparator.comparing(AccountUser::name)).limit(MOST_USERS).toList(),
        user ->
            line(user.name(), user.role(), time(user.passwordChangedAt()), user.secondFactor()));
  }

  static List<AccountUser> readUsers(String text) {
    return read(
        text,
        parts ->
            new AccountUser(parts[0], parts[1], time(parts[2]), Boolean.parseBoolean(parts[3])));
  }

  static String links(Links links) {
    return line(links.passwords(), links.secondFactor(), links.support());
  }

  static Optional<Links> readLinks(String text) {
    return read(text, parts -> new Links(parts[0], parts[1], parts[2])).stream().findFirst();
  }

  /** By what an entry is known again: its type and its id. */
  static String key(AccountEntry entry) {
    return line(entry.type(), entry.id());
  }

  static String key(Aftermath.NewEntry entry) {
    return line(entry.type(), entry.id());
  }

  private static String time(Optional<Instant> at) {
    return at.map(Instant::toString).orElse("");
  }

  private static Optional<Instant> time(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  private static <T> String write(List<T> things, Function<T, String> line) {
    return String.join("\n", things.stream().map(line).toList());
  }

  private static String line(Object... parts) {
    return String.join("\t", Arrays.stream(parts).map(ActivityText::plain).toList());
  }

  private static String plain(Object part) {
    String text = part.toString().replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  /** A line that cannot be read is left out: a receipt is shown all the same. */
  private static <T> List<T> read(String text, Function<String[], T> line) {
    List<T> things = new ArrayList<>();
    for (String one : text.split("\n", -1)) {
      if (!one.isEmpty()) {
        readLine(one, line).ifPresent(things::add);
      }
    }
    return List.copyOf(things);
  }

  private static <T> Optional<T> readLine(String one, Function<String[], T> line) {
    try {
      return Optional.of(line.apply(one.split("\t", -1)));
    } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
