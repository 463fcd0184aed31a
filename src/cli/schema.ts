import { Command } from 'commander'

/** `ha-provision schema`: the JSON schema of inventories, for editors. */
export function schemaCommand(): Command {
  return new Command('schema').description('print the JSON schema of inventories').action(async () => {
    const { renderJsonSchema } = await import('../inventory/json-schema.ts')
    process.stdout.write(renderJsonSchema())
  })
}
