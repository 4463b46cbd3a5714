import { MaxLength } from 'class-validator';
import { JsonBodyPipe } from '../../../src/http';

class ReasonDto {
  @MaxLength(10)
  reason!: string;
}

const read = (body: string) => new JsonBodyPipe(() => ReasonDto).transform(Buffer.from(body));

describe('body of a command', () => {
  it('is read into its class', async () => {
    expect(await read('{"reason":"x"}')).toEqual({ reason: 'x' });
  });

  it.each([
    ['{"reason":"x","other":1}', '/other'],
    ['{"reason":"x","constructor":1}', '/constructor'],
    ['{"reason":"x","toString":null}', '/toString'],
    ['{"reason":{"constructor":"x"}}', '/reason/constructor'],
    ['{"reason":[{"hasOwnProperty":1}]}', '/reason/0/hasOwnProperty'],
  ])('is refused with the place of a member that it does not have: %s', async (body, pointer) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'unknown-field', members: { pointer } });
  });
});
