# frozen_string_literal: true

# Sends mail with a secret of Postern's. Copy Refused, Postern, and the sender you need.
# A Postern object is for one thread. Nothing but Ruby's own libraries is used.

require 'json'
require 'net/http'
require 'net/smtp'
require 'socket'

# The provider does not take the secret: HTTP 401 or SMTP 535.
class Refused < StandardError; end

class Postern
  def initialize(name, path = '/run/postern/postern.sock')
    @name = name
    @path = path
    @etag = ''
    @secret = nil
  end

  # The secret as it is now: a local 304 as long as it is the same.
  def current(wait = '')
    answer = call(Net::HTTP::Get, wait)
    if answer.is_a?(Net::HTTPOK)
      @secret = JSON.parse(answer.body)
      @etag = answer['ETag']
      # No send with the one before is under way: it may be revoked now.
      call(Net::HTTP::Put, '/ack', { version: @secret['version'] })
    end
    @secret || raise("postern answers #{answer.code} for #{@name}")
  rescue SystemCallError, IOError, Timeout::Error
    @secret || raise # An agent that is away for a moment is no reason not to send.
  end

  def deliver(message)
    used = current
    begin
      yield used, message
    rescue Refused
      if current['version'] == used['version']
        call(Net::HTTP::Post, '/rejected', { version: used['version'] })
        current('?wait=10s')
      end
      yield @secret, message
    end
  end

  private

  def call(method, action, body = nil)
    UNIXSocket.open(@path) do |socket|
      io = Net::BufferedIO.new(socket, read_timeout: 15)
      request = method.new("/v1/secrets/#{@name}#{action}",
                           { 'Host' => 'postern', 'If-None-Match' => @etag })
      request.body = body.to_json if body
      request.exec(io, '1.1', request.path)
      Net::HTTPResponse.read_new(io).tap { |answer| answer.reading_body(io, true) { answer.body } }
    end
  end
end

def deliver_by_http(secret, message)
  base, domain = secret['attributes'].values_at('api_base', 'domain')
  uri = URI("#{base}/v3/#{domain}/messages")
  request = Net::HTTP::Post.new(uri)
  request.basic_auth('api', secret['fields']['api_key'])
  request.set_form_data(message)
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  raise Refused, 'the provider refuses the key' if answer.code == '401'

  answer.value
end

def deliver_by_smtp(secret, message)
  host, port, domain = secret['attributes'].values_at('smtp_host', 'smtp_port', 'domain')
  smtp = Net::SMTP.new(host, port.to_i, starttls: :always)
  login, password = secret['fields'].values_at('login', 'password')
  smtp.start(helo: domain, user: login, secret: password) do |session|
    text = message.slice(:from, :to, :subject).map { |name, value| "#{name.capitalize}: #{value}\r\n" }.join
    session.send_message("#{text}\r\n#{message[:text]}", message[:from], message[:to])
  end
rescue Net::SMTPAuthenticationError => e
  raise e.response.status == '535' ? Refused : e
end

# Sends each line of the standard input as a message, and counts.
def main(settings)
  postern = Postern.new(*settings.values_at('POSTERN_SECRET', 'POSTERN_SOCKET'))
  by = postern.current['fields'].key?('login') ? :deliver_by_smtp : :deliver_by_http
  sent = failed = 0
  $stdin.each_line(chomp: true) do |line|
    message = { from: settings['MAIL_FROM'], to: settings['MAIL_TO'], subject: line, text: line }
    postern.deliver(message) { |*what| send(by, *what) }
    sent += 1
  rescue StandardError => e
    failed += 1
    warn "not sent: #{e.message}"
  end
  puts "sent=#{sent} failed=#{failed}"
  exit failed.zero?
end

main(ENV) if $PROGRAM_NAME == __FILE__
