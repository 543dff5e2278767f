# frozen_string_literal: true

# Sends each line of the standard input as a message, and counts.

require 'net/smtp'
require_relative 'postern'

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

postern = Postern.new(*ENV.values_at('POSTERN_SECRET', 'POSTERN_SOCKET'))
by = postern.current['fields'].key?('login') ? :deliver_by_smtp : :deliver_by_http
sent = failed = 0
$stdin.each_line(chomp: true) do |line|
  message = { from: ENV.fetch('MAIL_FROM'), to: ENV.fetch('MAIL_TO'), subject: line, text: line }
  postern.deliver { |secret| send(by, secret, message) }
  sent += 1
rescue StandardError => e
  failed += 1
  warn "not sent: #{e.message}"
end
puts "sent=#{sent} failed=#{failed}"
exit failed.zero?
