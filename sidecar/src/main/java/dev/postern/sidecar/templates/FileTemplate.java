package dev.postern.sidecar.templates;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import com.samskivert.mustache.Template;
import java.io.Writer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A Mustache template, parsed. Immutable and thread-safe. */
public final class FileTemplate {
  private final Template template;
  private final Set<String> names;

  private FileTemplate(Template template, Set<String> names) {
    this.template = template;
    this.names = names;
  }

  /**
   * Parses a template.
   *
   * @param quoting of what stands in {@code {{name}}}; three braces leave a value as it is
   * @throws TemplateException when it is not a template, or has a partial or a block of a parent
   */
  public static FileTemplate parse(String text, Quoting quoting) {
    try {
      Template template =
          Mustache.compiler()
              .strictSections(true)
              .withCollector(new NamesOnly())
              .withFormatter(new Formatting())
              .withEscaper(new Escaping(quoting))
              .compile(text);
      NamesUsed used = new NamesUsed();
      template.visit(used);
      return new FileTemplate(template, used.names);
    } catch (MustacheParseException e) {
      // Its message quotes the template, into which a secret may have been pasted.
      throw new TemplateException("the template has a tag that is not closed or not opened");
    } catch (MustacheException | IndexOutOfBoundsException e) {
      throw new TemplateException("the template has a tag that is empty or cannot be understood");
    }
  }

  /** The names that it asks for, wherever in it. */
  public Set<String> names() {
    return names;
  }

  /**
   * Fills it in.
   *
   * @throws TemplateException when the secret lacks a name, or a value cannot be written
   */
  public Rendered render(Subject subject) {
    try (SecretContext context = new SecretContext(subject)) {
      for (String name : names) {
        if (context.get(name) == null) {
          throw new TemplateException(
              "the template asks for '" + name + "', which this secret has not");
        }
      }
      Rendered rendered = new Rendered();
      try {
        template.execute(context, new RenderedWriter(rendered, context));
        return rendered;
      } catch (MustacheException e) {
        rendered.close();
        throw new TemplateException("the template cannot be filled in");
      } catch (RuntimeException e) {
        rendered.close();
        throw e;
      }
    }
  }

  /** Looks names up in the context only: the default one calls methods of whatever it is given. */
  private static final class NamesOnly extends BasicCollector {
    @Override
    public <K, V> Map<K, V> createFetcherCache() {
      return new ConcurrentHashMap<>();
    }
  }

  /** Passes texts on, and nothing else: {@code {{.}}} would be the whole context. */
  private static final class Formatting implements Mustache.Formatter {
    @Override
    public CharSequence format(Object value) {
      if (value instanceof CharSequence text) {
        return text;
      }
      throw new TemplateException("a tag of the template stands for no single value");
    }
  }

  private record Escaping(Quoting quoting) implements Mustache.Escaper {
    @Override
    public String escape(String raw) {
      throw new IllegalStateException("a value that is a string");
    }

    @Override
    public CharSequence escape(CharSequence raw) {
      return raw instanceof SecretText text ? new Quoted(text, quoting) : raw;
    }
  }

  /** To be spelled as the format wants it, by the writer: so no text is made of it. */
  private record Quoted(SecretText text, Quoting quoting) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class RenderedWriter extends Writer {
    private final Rendered target;
    private final SecretContext context;

    RenderedWriter(Rendered target, SecretContext context) {
      this.target = target;
      this.context = context;
    }

    @Override
    public Writer append(CharSequence text) {
      if (text instanceof Quoted quoted) {
        quoted.quoting.write(quoted.text.name(), quoted.text, target);
      } else {
        target.append(context.printedAs(text).<CharSequence>map(value -> value).orElse(text));
      }
      return this;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      throw new IllegalStateException("a value that was copied to the heap");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final class NamesUsed implements Mustache.Visitor {
    private final Set<String> names = new TreeSet<>();

    @Override
    public void visitText(String text) {}

    @Override
    public void visitVariable(String name) {
      names.add(name);
    }

    @Override
    public boolean visitInclude(String name) {
      throw new TemplateException("a template cannot include another one");
    }

    @Override
    public boolean visitParent(String name) {
      return visitInclude(name);
    }

    @Override
    public boolean visitBlock(String name) {
      return visitInclude(name);
    }

    @Override
    public boolean visitSection(String name) {
      names.add(name);
      return true;
    }

    @Override
    public boolean visitInvertedSection(String name) {
      names.add(name);
      return true;
    }
  }
}
