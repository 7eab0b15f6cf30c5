// What the conformance suite expects a server to have: tools, prompts, resources. Names and values are the suite's.
//
// A tool runs with the arguments of its caller and a `call`, which each server makes of what its SDK offers:
//   log(text), progress(done, total)   notifications about this request
//   ask(method, params)                a request to the client, in the revisions that have sessions
//   closeStream()                      ends the connection, not the request
//   answers, state, capabilities       what a request of 2026-07-28 brings along
//   seal(state)                        state that comes back, protected from changes
//   changed(list)                      tells subscribers that `tools` or `prompts` changed

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = words => ({ type: 'text', text: words });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const embedded = (uri, mimeType, words) => ({ type: 'resource', resource: { uri, mimeType, text: words } });
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required });

const delay = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** A tool that always returns the same. */
const fixed = (name, ...content) => ({ name, description: `Returns what ${name} stands for.`, run: () => ({ content }) });

/** A tool of the revisions with sessions, which asks the client while its request waits. */
const asksWhileRunning = (name, inputSchema, method, paramsOf) => ({
  name,
  description: `Sends ${method} to the client.`,
  inputSchema,
  run: async (args, call) => ({
    content: [text(`The client answered: ${JSON.stringify(await call.ask(method, paramsOf(args)))}`)],
  }),
});

const elicitation = (message, properties) => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: object(properties) },
});

const sampling = (question, maxTokens) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: text(question) }], maxTokens },
});

const roots = { method: 'roots/list', params: {} };

/** The result that makes a client of 2026-07-28 ask its user and call again. */
const inputRequired = (inputRequests, requestState) => ({
  resultType: 'input_required',
  inputRequests,
  ...(requestState && { requestState }),
});

const isAnswered = (call, key) => typeof call.answers?.[key] === 'object' && call.answers[key] !== null;

const isAccepted = (call, key) => isAnswered(call, key) && call.answers[key].action === 'accept';

/** A tool of 2026-07-28 that gives its result once its questions are answered. If it `seals`, its state has to come back. */
const asksBefore = (name, questions, { seals = false, finish = () => 'All questions are answered.' } = {}) => ({
  name,
  description: 'Asks for input before it gives a result.',
  run: async (args, call) =>
    Object.keys(questions).every(key => isAnswered(call, key)) && (!seals || call.state?.tool === name)
      ? { content: [text(finish(call.answers))] }
      : inputRequired(questions, seals ? await call.seal({ tool: name }) : undefined),
});

const capabilityFor = { 'elicitation/create': 'elicitation', 'sampling/createMessage': 'sampling', 'roots/list': 'roots' };

/** The capability a client lacks for one of the questions of a result. */
export const missingCapability = (result, capabilities) =>
  Object.values(result.inputRequests ?? {})
    .map(question => capabilityFor[question.method])
    .find(capability => !(capability in capabilities));

const tools = [
  fixed('test_simple_text', text('This is a simple text response for testing.')),
  fixed('test_image_content', image),
  fixed('test_audio_content', { type: 'audio', data: WAV, mimeType: 'audio/wav' }),
  fixed('test_embedded_resource',
    embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  fixed('test_multiple_content_types',
    text('Multiple content types test:'),
    image,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')),
  fixed('test_streaming_elicitation', text('Nothing was asked on the way.')),
  {
    name: 'test_error_handling',
    description: 'Always fails.',
    run: () => {
      throw new Error('This tool intentionally returns an error for testing');
    },
  },
  {
    name: 'test_tool_with_logging',
    description: 'Logs three lines while it runs.',
    run: async (args, call) => {
      await call.log('Tool execution started');
      await delay(50);
      await call.log('Tool processing data');
      await delay(50);
      await call.log('Tool execution completed');
      return { content: [text('Three lines were logged.')] };
    },
  },
  {
    name: 'test_logging_tool',
    description: 'Logs one line.',
    run: async (args, call) => {
      await call.log('test_logging_tool runs');
      return { content: [text('One line was logged.')] };
    },
  },
  {
    name: 'test_tool_with_progress',
    description: 'Reports its progress three times.',
    run: async (args, call) => {
      await call.progress(0, 100);
      await delay(50);
      await call.progress(50, 100);
      await delay(50);
      await call.progress(100, 100);
      return { content: [text('Progress was reported.')] };
    },
  },
  {
    name: 'test_reconnection',
    description: 'Ends the connection of its request, and gives its result to whoever comes back for it.',
    run: async (args, call) => {
      call.closeStream();
      await delay(100);
      return { content: [text('The stream went on on another connection.')] };
    },
  },
  asksWhileRunning('test_sampling', object({ prompt: { type: 'string' } }), 'sampling/createMessage',
    ({ prompt }) => sampling(prompt, 100).params),
  asksWhileRunning('test_elicitation', object({ message: { type: 'string' } }), 'elicitation/create',
    ({ message }) => elicitation(message, {
      username: { type: 'string', description: "User's response" },
      email: { type: 'string', description: "User's email address" },
    }).params),
  asksWhileRunning('test_elicitation_sep1034_defaults', undefined, 'elicitation/create',
    () => elicitation('Please check the defaults.', {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    }).params),
  asksWhileRunning('test_elicitation_sep1330_enums', undefined, 'elicitation/create',
    () => elicitation('Please choose.', {
      untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
      titledSingle: { type: 'string', oneOf: titled('value', 'Option') },
      legacyEnum: {
        type: 'string',
        enum: ['opt1', 'opt2', 'opt3'],
        enumNames: ['Option One', 'Option Two', 'Option Three'],
      },
      untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
      titledMulti: { type: 'array', items: { anyOf: titled('value', 'Choice') } },
    }).params),
  {
    name: 'json_schema_2020_12_tool',
    description: 'Has an input schema with much of JSON Schema 2020-12.',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    run: args => ({ content: [text(JSON.stringify(args))] }),
  },
  {
    name: 'test_x_mcp_header',
    description: 'Has a parameter that clients mirror into a header.',
    inputSchema: object({ region: { type: 'string', 'x-mcp-header': 'Region' } }, []),
    run: ({ region }) => ({ content: [text(`The region is ${region}.`)] }),
  },
  {
    name: 'test_trigger_tool_change',
    description: 'Says that the list of tools changed.',
    run: (args, call) => {
      call.changed('tools');
      return { content: [text('The list of tools changed.')] };
    },
  },
  {
    name: 'test_trigger_prompt_change',
    description: 'Says that the list of prompts changed.',
    run: (args, call) => {
      call.changed('prompts');
      return { content: [text('The list of prompts changed.')] };
    },
  },
  asksBefore('test_missing_capability', { answer: sampling('Say one word.', 10) }),
  asksBefore('test_input_required_result_elicitation',
    { user_name: elicitation('What is your name?', { name: { type: 'string' } }) },
    { finish: answers => `Hello, ${answers.user_name.content?.name}!` }),
  asksBefore('test_input_required_result_sampling', { capital_question: sampling('What is the capital of France?', 100) }),
  asksBefore('test_input_required_result_list_roots', { client_roots: roots }),
  asksBefore('test_input_required_result_request_state',
    { confirm: elicitation('Please confirm', { ok: { type: 'boolean' } }) },
    { seals: true, finish: () => 'state-ok' }),
  asksBefore('test_input_required_result_tampered_state',
    { confirm: elicitation('Please confirm', { ok: { type: 'boolean' } }) },
    { seals: true }),
  asksBefore('test_input_required_result_multiple_inputs',
    {
      user_name: elicitation('What is your name?', { name: { type: 'string' } }),
      greeting: sampling('Generate a greeting', 50),
      client_roots: roots,
    },
    { seals: true }),
  {
    name: 'test_input_required_result_multi_round',
    description: 'Asks twice, one question after the other.',
    run: async (args, call) => {
      if (call.state?.step === 2 && isAccepted(call, 'step2')) {
        return { content: [text('Both questions are answered.')] };
      }
      return call.state?.step === 1 && isAccepted(call, 'step1')
        ? inputRequired(
          { step2: elicitation('Step 2: What is your favorite color?', { color: { type: 'string' } }) },
          await call.seal({ step: 2 }))
        : inputRequired(
          { step1: elicitation('Step 1: What is your name?', { name: { type: 'string' } }) },
          await call.seal({ step: 1 }));
    },
  },
  {
    name: 'test_input_required_result_capabilities',
    description: 'Asks only what the client can answer.',
    run: (args, call) => {
      const questions = {
        words: sampling('Say one word.', 10),
        name: elicitation('What is your name?', { name: { type: 'string' } }),
      };
      return inputRequired(Object.fromEntries(
        Object.entries(questions).filter(([, { method }]) => capabilityFor[method] in call.capabilities)));
    },
  },
];

function titled(value, title) {
  return ['First', 'Second', 'Third'].map((which, index) => ({ const: `${value}${index + 1}`, title: `${which} ${title}` }));
}

const says = (...contents) => ({ messages: contents.map(content => ({ role: 'user', content })) });

const prompts = [
  {
    name: 'test_simple_prompt',
    description: 'A prompt without arguments.',
    run: () => says(text('This is a simple prompt for testing.')),
  },
  {
    name: 'test_prompt_with_arguments',
    description: 'A prompt with two arguments.',
    argumentNames: ['arg1', 'arg2'],
    run: ({ arg1, arg2 }) => says(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource in it.',
    argumentNames: ['resourceUri'],
    run: ({ resourceUri }) => says(
      embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
      text('Please process the embedded resource above.')),
  },
  {
    name: 'test_prompt_with_image',
    description: 'A prompt with an image in it.',
    run: () => says(image, text('Please analyze the image above.')),
  },
  {
    name: 'test_input_required_result_prompt',
    description: 'A prompt that asks for its context first.',
    run: (args, call) => isAccepted(call, 'user_context')
      ? says(text(`Use this context: ${call.answers.user_context.content?.context}`))
      : inputRequired({ user_context: elicitation('What context should the prompt use?', { context: { type: 'string' } }) }),
  },
];

const resources = [
  {
    uri: 'test://static-text',
    name: 'static-text',
    description: 'A text.',
    mimeType: 'text/plain',
    content: { text: 'This is the content of the static text resource.' },
  },
  {
    uri: 'test://static-binary',
    name: 'static-binary',
    description: 'An image.',
    mimeType: 'image/png',
    content: { blob: PNG },
  },
  {
    uri: 'test://watched-resource',
    name: 'watched-resource',
    description: 'A text to subscribe to.',
    mimeType: 'text/plain',
    content: { text: 'Nobody changes this.' },
  },
];

const template = {
  uriTemplate: 'test://template/{id}/data',
  name: 'template',
  description: 'Data for an id.',
  mimeType: 'application/json',
  content: id => ({ text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }),
};

export const catalog = { tools, prompts, resources, template };

export const serverInfo = { name: 'lab', version: '1' };

export const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  completions: {},
};
