export async function Chat() {
  return null;
}
