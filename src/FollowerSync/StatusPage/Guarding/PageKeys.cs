using System.Security.Cryptography;
using System.Text;
using FollowerSync.Database;
using Microsoft.AspNetCore.DataProtection;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Protects the forms' tokens and the sessions by one key of the database: what one worker gave is good at every other, and after a restart.</summary>
internal sealed class PageKeys(FollowerDatabase database) : IDataProtectionProvider
{
    private const int KeyBytes = 32;

    private byte[]? _key;

    /// <summary>Whether the key is here.</summary>
    public bool IsLoaded => _key is not null;

    /// <summary>To be called before a form or a session is made or taken.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_key is not null)
            return;
        byte[] made = RandomNumberGenerator.GetBytes(KeyBytes);
        _key = await database.RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync("insert into followersync.page_keys (page_key) values (@made) on conflict do nothing", new { made });
                return await tx.ReadAsync<byte[]>("select page_key from followersync.page_keys");
            },
            cancellationToken);
    }

    public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

    private byte[] KeyFor(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _key ?? throw new InvalidOperationException("The key of forms and sessions was not loaded."), KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    private sealed class Protector(PageKeys keys, string purpose) : IDataProtector
    {
        private static readonly int Nonce = AesGcm.NonceByteSizes.MaxSize;
        private static readonly int Tag = AesGcm.TagByteSizes.MaxSize;

        // Purposes are nested: each part carries its length, so that no two chains come to the same text.
        public IDataProtector CreateProtector(string purpose1) => new Protector(keys, FormattableString.Invariant($"{purpose.Length}:{purpose}/{purpose1.Length}:{purpose1}"));

        public byte[] Protect(byte[] plaintext)
        {
            byte[] sealedBytes = new byte[Nonce + Tag + plaintext.Length];
            RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
            using AesGcm cipher = new(keys.KeyFor(purpose), Tag);
            cipher.Encrypt(sealedBytes.AsSpan(0, Nonce), plaintext, sealedBytes.AsSpan(Nonce + Tag), sealedBytes.AsSpan(Nonce, Tag));
            return sealedBytes;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < Nonce + Tag)
                throw new CryptographicException("The text is too short to be one of ours.");
            byte[] plain = new byte[protectedData.Length - Nonce - Tag];
            using AesGcm cipher = new(keys.KeyFor(purpose), Tag);
            cipher.Decrypt(protectedData.AsSpan(0, Nonce), protectedData.AsSpan(Nonce + Tag), protectedData.AsSpan(Nonce, Tag), plain);
            return plain;
        }
    }
}
