// Run in each frame after axe-core, so that the top document may ask it whatever its origin.
axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] });
