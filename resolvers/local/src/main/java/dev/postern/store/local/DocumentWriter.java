package dev.postern.store.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.postern.SecretBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/** Writes a document as JSON; the format is described in the package comment. */
final class DocumentWriter {
  static final String FORMAT = "postern-local-store";
  static final int VERSION = 1;

  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final JsonGenerator json;

  private DocumentWriter(OutputStream out) throws IOException {
    this.out = out;
    this.json = JSON.createGenerator(out);
  }

  static void write(LocalDocument document, OutputStream out) throws IOException {
    DocumentWriter writer = new DocumentWriter(out);
    writer.document(document);
    writer.json.flush();
  }

  private void document(LocalDocument document) throws IOException {
    json.writeStartObject();
    json.writeStringField("format", FORMAT);
    json.writeNumberField("version", VERSION);
    json.writeObjectFieldStart("secrets");
    for (var entry : document.secrets().entrySet()) {
      json.writeFieldName(entry.getKey());
      secret(entry.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void secret(LocalSecret secret) throws IOException {
    json.writeStartObject();
    json.writeNumberField("last_version", secret.lastNumber());
    if (secret.flag().isPresent()) {
      json.writeStringField("compromised", secret.flag().get().mark());
    }
    json.writeFieldName("current");
    version(secret.current());
    if (secret.pending().isPresent()) {
      json.writeFieldName("pending");
      version(secret.pending().get());
    }
    json.writeArrayFieldStart("previous");
    for (LocalVersion previous : secret.previous()) {
      version(previous);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void version(LocalVersion version) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", version.number());
    if (version.rotation().isPresent()) {
      json.writeStringField("rotation", version.rotation().get().toString());
    }
    json.writeStringField("created_at", version.createdAt().toString());
    json.writeObjectFieldStart("fields");
    for (String name : version.fields().names()) {
      json.writeFieldName(name);
      value(version.fields().field(name).orElseThrow());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /**
   * Jackson's buffers are reused and never wiped, so the value goes past them: the generator writes
   * an empty raw value (and with it the separator), is flushed, and the text follows.
   */
  private void value(SecretBytes value) throws IOException {
    json.writeRawValue("");
    json.flush();
    byte[] plain = value.exposeCopy();
    byte[] text = Base64.getEncoder().encode(plain);
    try {
      out.write('"');
      out.write(text);
      out.write('"');
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }
}
