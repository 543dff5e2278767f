# frozen_string_literal: true

# A secret of Postern's, for one thread. It needs Ruby's own libraries only.

require 'json'
require 'net/http'
require 'socket'

# For the block of "deliver" to raise when the provider answers HTTP 401 or SMTP 535.
class Refused < StandardError; end

class Postern
  def initialize(name, path = '/run/postern/postern.sock')
    @url = "/v1/secrets/#{name}"
    @path = path
    @secret = { 'version' => '' }
  end

  # Yields the secret as it is now, and the next one if that is refused.
  def deliver
    yield current
  rescue Refused
    call(Net::HTTP::Post, '/rejected')
    yield current('?wait=10s')
  end

  # The secret as it is now: a local 304 for as long as it is the same.
  def current(wait = '')
    answer = call(Net::HTTP::Get, wait)
    if answer.is_a?(Net::HTTPOK)
      @secret = JSON.parse(answer.body)
      call(Net::HTTP::Put, '/ack') # No send uses the one before any more, so it may be revoked.
    end
    @secret['fields'] ? @secret : raise("postern answers #{answer.code}")
  rescue SystemCallError, IOError, Timeout::Error
    @secret['fields'] ? @secret : raise # An agent that is away is no reason not to send.
  end

  private

  def call(method, action)
    version = @secret['version']
    UNIXSocket.open(@path) do |socket|
      io = Net::BufferedIO.new(socket, read_timeout: 15)
      request = method.new(@url + action, 'Host' => 'postern', 'If-None-Match' => %("#{version}"))
      request.body = { version: version }.to_json if request.request_body_permitted?
      request.exec(io, '1.1', request.path)
      Net::HTTPResponse.read_new(io).tap { |answer| answer.reading_body(io, true) { answer.body } }
    end
  end
end
